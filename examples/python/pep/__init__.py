"""An enforcement point of Open PARCEP, written from spec/ and proto/ alone."""
