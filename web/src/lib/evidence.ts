// Shapes of tables as they are read.

export interface TableAnswer {
  table: string;
  about: string;
  columns: { column: string; about: string; unit: string }[];
  total: number;
  offset: number;
  rows: Record<string, string | number | boolean>[];
}
