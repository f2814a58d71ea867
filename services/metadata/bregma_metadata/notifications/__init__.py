"""Messages to the people who look after an animal: who gets which, a queue, and mail."""
