"""The promised tables, one a file, in the order they are measured."""

from bench.tables import (
    browser,
    checks,
    contamination,
    duplicates,
    exports,
    faults,
    limit,
    memory,
    pages,
    queue,
    resume,
    server,
    similar,
    skill_map,
    stray,
    throughput,
)

TABLES = {
    table.name: table
    for table in (
        server.TABLE,
        throughput.TABLE,
        memory.TABLE,
        resume.TABLE,
        faults.TABLE,
        limit.TABLE,
        stray.TABLE,
        queue.TABLE,
        similar.TABLE,
        skill_map.TABLE,
        checks.TABLE,
        duplicates.TABLE,
        contamination.TABLE,
        pages.TABLE,
        browser.TABLE,
        exports.TABLE,
    )
}
