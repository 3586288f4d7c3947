"""What lies around a series: rates, payments, finer bars, and what is wrong with them."""
