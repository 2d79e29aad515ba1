"""Our small widgets. None knows a submission: texts come in translated, choices go out as ids."""
