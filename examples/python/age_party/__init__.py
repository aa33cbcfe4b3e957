"""An age relying party, and as much of an issuer on a device as a relying party wants to see answered.

Written from spec/19-age-signals.md, spec/03-wire.md, spec/registry and proto/ alone. Where to find what:

    rules       what refuses, and how a check is switched off to see whether a test vector notices
    crypto      transcripts, keys, signatures
    wire        bytes to messages, numbers to names
    claim       what one claim says, and which claims nobody may believe
    verify      signals and presentations, step by step, and the memory against replay
    trust       whom to believe; what a holder checks before it keeps its tokens
    bracket     cut points, cells, estimates, birthdays
    answer      what an issuer on a device says to a request
    asked       whether a request is proper, and which cut points an audience has had
    outcome     answers that are no signal, thresholds, statements as JSON
    together    several claims about one person, and how often one may ask
    consent     states of a consent, bundles of changes, handles
    adapt       what other platforms say, in the same words
    cases       one function for each file of test vectors
"""
