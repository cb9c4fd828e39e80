"""How sure an answer is: a logistic model over what retrieval saw, fitted on judged questions."""

from __future__ import annotations

import math
from collections.abc import Mapping

from service.ranking import ranking_weights

ANSWER_FROM = 0.5
"""Below this confidence the answer is a refusal."""


def confidence(signals: Mapping[str, float]) -> float:
    """Probability that the best clause answers, 0 to 1.

    Args:
        signals: Every signal that ``ranking.json`` has a weight for.
    """
    weights = ranking_weights()["confidence"]
    total = weights["bias"] + sum(weights[name] * value for name, value in signals.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
