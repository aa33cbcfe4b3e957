"""Area age: what an issuer signs, what it answers, what an audience makes of it, and what platforms say.

Numbers of vectors, by file:

    001-079, 600-692  signals         400-429           token_requests  550-574, 989-991           together
    100-139           coarsening      430-449, 697      batches         575-590                    asking_again
    140-149           estimates       450-479, 485-489  trust           591-599, 794-798, 800-949  adapt
    150-189           rollover        480-484           handles         700-739                    consent
    190-199           cut_sets        490-519, 975-988  outcomes        740-749                    revoked
    200-299, 693-696  presentations   520-549, 950-974  thresholds      992-996                    nonces
    300-399, 750-793  requests        080-093           thresholds
"""
