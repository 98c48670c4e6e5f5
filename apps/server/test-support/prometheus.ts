import parsePrometheusTextFormat from 'parse-prometheus-text-format';

/** One series, as the parser gives it: values are texts. */
export interface Sample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value?: string;
  readonly buckets?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly sum?: string;
}

/** @returns the series of a metric in a text in the format of Prometheus; none when it has none */
export function samplesOf(text: string): (metric: string) => readonly Sample[] {
  const families = parsePrometheusTextFormat(text);
  return (metric) => families.find(({ name }) => name === metric)?.metrics ?? [];
}
