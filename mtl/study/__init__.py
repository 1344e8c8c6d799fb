"""One study, step by step: what each step of the flow does, without the flow."""
