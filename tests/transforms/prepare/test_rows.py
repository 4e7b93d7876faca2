from transforms.prepare.rows import ROW_COUNT_COLUMNS, RowCount, row_count_table


def test_one_row_per_step_in_their_order():
    counts = [RowCount("base", "file", 0, 10, "rows_in_file"), RowCount("base", "keep", 4, 6, "rows_not_kept", 1)]
    table = row_count_table(counts)
    assert tuple(table) == ROW_COUNT_COLUMNS
    assert table.to_numpy().tolist() == [
        ["base", "file", 0, 10, "rows_in_file", 0],
        ["base", "keep", 4, 6, "rows_not_kept", 1],
    ]


def test_no_steps_make_an_empty_table():
    assert tuple(row_count_table([])) == ROW_COUNT_COLUMNS
