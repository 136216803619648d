"""The HTTP service: wenju's own routes, OpenAI's, and the web page."""
