//! What the examination found, written for the reader: one file per question.
