"""One module per model that is trained here; each has `train(params, data, folder)`."""
