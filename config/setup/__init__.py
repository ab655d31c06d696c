"""The opening of a real, empty zone: ten questions, and what is written from their answers."""

from config.setup.opening import open_zone
from config.setup.questions import QUESTIONS, BadAnswer, Question, first_answer

__all__ = ["QUESTIONS", "BadAnswer", "Question", "first_answer", "open_zone"]
