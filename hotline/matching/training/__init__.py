"""How the weights are learned; run by `scripts/train_matching`, never by the service.

Every phrase of the directory that people say is a labelled example as soon as it is held out of
the index: the phrases are dealt into folds, and each fold asks an index built from the others, as
it is and as a recognizer would mishear it. The development utterances join with a higher weight,
and are judged only by cross-validation. numpy does all of it, from fixed seeds.
Start at `learn.py`.
"""
