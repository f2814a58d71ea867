"""What is wanted, minus what is there, minus what is under way; at night and on demand."""
