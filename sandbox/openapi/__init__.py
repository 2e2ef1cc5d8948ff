"""OpenAPI documents: what a provider says of its calls, made into one from its schemas."""
