"""Tables, maps and documents."""
