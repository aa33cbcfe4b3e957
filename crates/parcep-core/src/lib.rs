//! Everything that must be identical in every implementation of Open PARCEP; pure.
