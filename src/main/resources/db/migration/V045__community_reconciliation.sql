-- What the comparison leaves out, said where it is read.

comment on column ops.reconciliation.source_rows is 'Rows that the source makes, without documents whose present state is in the dead letter';
comment on column ops.reconciliation.table_rows is 'Rows in the table that are not marked as gone, without those of documents whose present state is in the dead letter';
comment on column ops.reconciliation.examples is 'Some of them: [{"kind", "key", "source", "table"}]; of a row that is different only the columns that are; values cut to 200 characters';
