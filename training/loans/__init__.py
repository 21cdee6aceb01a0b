"""Raw loan records cleaned and split for training: from `loans_raw` to `loans_clean`."""
