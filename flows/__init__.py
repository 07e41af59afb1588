"""When and how often: Prefect flows around the steps."""
