"""The admin API, below `/_sandbox`: what is the same for every provider."""
