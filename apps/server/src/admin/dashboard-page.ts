import escapeHtml from 'escape-html';

/** What the dashboard shows of an actor. */
export interface DashboardRow {
  readonly tenant: string;
  readonly id: string;
  readonly name: string | null;
  readonly image: string;
  readonly owner: string;
  readonly status: string;
  readonly messages: number;
  readonly executions: number;
  readonly runtime: number;
  readonly created: string | null;
  readonly updated: string | null;
  /** Of the first worker; null when there is none. */
  readonly worker: {
    readonly id: string;
    readonly lastExecution: string;
    readonly lastHealthCheck: string;
    readonly status: string;
  } | null;
}

const HEADINGS = [
  'Tenant',
  'Id',
  'Name',
  'Image',
  'Owner',
  'Status',
  'Pending messages',
  'Executions',
  'Runtime (s)',
  'Created',
  'Updated',
  'Worker',
  'Last execution',
  'Last health check',
  'Worker status',
];

const STYLE =
  'body{font:14px/1.4 system-ui,sans-serif;margin:2rem;color:#222}table{border-collapse:collapse;width:100%}' +
  'th,td{border-bottom:1px solid #ddd;padding:.3rem .6rem;text-align:left;white-space:nowrap}th{background:#f4f4f4}' +
  'form{margin:1rem 0}label{margin-right:1rem}.error{color:#a00}';

/** The dashboard as a page without scripts. Everything that users chose is escaped. */
export function dashboardPage(page: {
  /** Where the actors are: this instance, or the URL of another. */
  readonly source: string;
  readonly rows: readonly DashboardRow[];
  readonly otherInstances: readonly string[];
  readonly error?: string;
}): string {
  const rows = page.rows.map(
    (row) =>
      `<tr>${cellsOf(row)
        .map((cell) => `<td>${text(cell)}</td>`)
        .join('')}</tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Abaco actors</title><style>${STYLE}</style></head>
<body>
<h1>Actors of ${text(page.source)}</h1>
${page.error === undefined ? '' : `<p class="error" role="alert">${text(page.error)}</p>`}
${page.otherInstances.length === 0 ? '' : form(page.otherInstances)}
<p>${page.rows.length} actor(s)</p>
<table>
<thead><tr>${HEADINGS.map((heading) => `<th scope="col">${heading}</th>`).join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

const text = (value: string | number | null): string => (value === null ? '' : escapeHtml(String(value)));

const cellsOf = (row: DashboardRow): readonly (string | number | null)[] => [
  row.tenant,
  row.id,
  row.name,
  row.image,
  row.owner,
  row.status,
  row.messages,
  row.executions,
  row.runtime,
  row.created,
  row.updated,
  row.worker?.id ?? null,
  row.worker?.lastExecution ?? null,
  row.worker?.lastHealthCheck ?? null,
  row.worker?.status ?? null,
];

const form = (instances: readonly string[]): string => `<form method="post">
<label>Instance <select name="base_url">${instances.map((url) => `<option>${text(url)}</option>`).join('')}</select></label>
<label>Header <input name="jwt_header" value="X-Jwt-Assertion-"></label>
<label>Token <input name="jwt" type="password" autocomplete="off"></label>
<button>Show</button>
</form>`;
