/** A table as it is exported: named columns with units, one row per entry, `null` where there is no value. */
export interface Table {
  /** File name without ending: `elasticity-stiffness`. */
  readonly name: string;
  readonly columns: readonly { readonly title: string; readonly unit: string }[];
  readonly rows: readonly (readonly (number | string | null)[])[];
}

function field(value: number | string | null): string {
  if (value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** RFC 4180 with a header line of titles and units; numbers in full precision, empty fields for missing values. */
export function csvOf(table: Table): string {
  const header = table.columns.map((column) => field(column.unit === '' ? column.title : `${column.title} (${column.unit})`));
  return [header, ...table.rows.map((row) => row.map(field))].map((fields) => `${fields.join(',')}\r\n`).join('');
}

/** Fields of each line of a CSV text (RFC 4180, any line ending). `separator` is a comma unless another one is named. */
export function csvFields(text: string, separator = ','): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  let value = '';
  let quoted = false;
  const endField = (): void => {
    line.push(value);
    value = '';
  };
  const endLine = (): void => {
    endField();
    lines.push(line);
    line = [];
  };
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i]!;
    if (quoted) {
      if (letter !== '"') value += letter;
      else if (text[i + 1] === '"') {
        value += '"';
        i += 1;
      } else quoted = false;
    } else if (letter === '"' && value === '') quoted = true;
    else if (letter === separator) endField();
    else if (letter === '\n') endLine();
    else if (letter === '\r') {
      if (text[i + 1] !== '\n') endLine();
    } else value += letter;
  }
  if (value !== '' || line.length > 0) endLine();
  return lines;
}
