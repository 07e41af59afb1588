"""Phase III: campaign, evaluation, partnership."""
