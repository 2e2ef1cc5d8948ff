"""What the engine knows of a provider, and what a provider may ask of a world."""
