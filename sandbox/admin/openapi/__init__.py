"""The OpenAPI documents: the admin API's own, a file a part, and how all of them are served."""
