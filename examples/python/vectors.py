"""Writes the test vectors of spec/vectors/v1alpha1 from the specification alone: vectors.py FOLDER

Everything is drawn from counters, so that two runs write the same bytes. Expected results stand in writer/, worked
out from the text; nothing is read back from an implementation. A vector's number never changes.
"""

import sys

from writer import bytes_, common, documents, forks, guardians, logs, others, scopes, times
from writer.ages import brackets, party, platforms, presentations, requests, signals, trust


def log():
    file = logs.log()
    scopes.add_to(file, common.Device("founder"))
    return file


def consent():
    return guardians.consent(common.Device("founder"))


AREAS = [
    bytes_.transcript,
    bytes_.keys,
    bytes_.hashes,
    bytes_.sealed,
    documents.document,
    documents.epoch,
    log,
    consent,
    forks.fork,
    others.register,
    others.joining,
    others.session,
    times.worked,
    times.lower,
    times.restarts,
    times.upper,
    times.states,
    times.release,
    signals.signals,
    presentations.presentations,
    brackets.coarsening,
    brackets.estimates,
    brackets.rollover,
    brackets.cut_sets,
    brackets.handles,
    requests.requests,
    requests.token_requests,
    trust.trust,
    trust.batches,
    party.outcomes,
    party.thresholds,
    party.together,
    party.consent,
    party.revoked,
    party.asking_again,
    party.nonces,
    platforms.adapt,
]

if __name__ == "__main__":
    for area in AREAS:
        area().write(sys.argv[1])
