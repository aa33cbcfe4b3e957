//! Faulty relays as a program of their own, for testing the suite. Never shipped.
