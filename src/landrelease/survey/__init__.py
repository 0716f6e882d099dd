"""Survey design and sampling."""
