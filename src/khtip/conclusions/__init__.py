"""What each notebook concludes, as pure functions that a sweep can call under other settings."""
