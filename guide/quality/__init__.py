"""The trigger-quality harness: simulated visits, noise, the rules of other systems, and what each gets wrong."""
