"""The field model: a log-Gaussian Cox intensity learned from looks of every kind."""
