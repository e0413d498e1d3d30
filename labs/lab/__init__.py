"""What both labs share: set-up, clean-up, times, truth, examination and score."""
