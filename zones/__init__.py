"""The functional core: zones, fixes and the trigger engine. Read `zones.engine` first."""
