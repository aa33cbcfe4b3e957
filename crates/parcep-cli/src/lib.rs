//! `parcep`: what a guardian, an integrator or an operator types.
