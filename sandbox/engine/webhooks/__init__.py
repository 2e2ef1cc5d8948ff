"""What goes out by webhook: deliveries, their attempts, and the calls of receivers."""
