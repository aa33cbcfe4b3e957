//! Criterion programs; see `README.md` beside this file.
