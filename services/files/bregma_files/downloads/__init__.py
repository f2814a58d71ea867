"""Downloads: the data tree and batches of signed URLs."""
