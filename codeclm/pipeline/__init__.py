"""Where method, store and providers meet: plan, journal, limits, budget, runner, worker, studio."""
