"""What users write, read strictly: files, fields, and errors that name the place."""
