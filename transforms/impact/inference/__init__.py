"""What a number of clusters can carry: errors, tests, intervals and adjusted p-values from moments of clusters."""
