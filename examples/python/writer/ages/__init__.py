"""Area age: what an issuer signs, what it answers, what an audience makes of it, and what platforms say.

Numbers of vectors, by file:

    001-099, 600-692  signals          400-429            token_requests  520-549, 950-979  thresholds
    100-139           coarsening       430-449, 697       batches         550-574           together
    140-149           estimates        450-479            trust           575-599           asking_again
    150-189           rollover         480-489            handles         700-739           consent
    190-199           cut_sets         490-519, 980-989   outcomes        740-749           revoked
    200-299, 693-696  presentations    300-399, 750-799   requests        800-949           adapt
"""
