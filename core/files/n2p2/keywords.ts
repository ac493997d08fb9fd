/** The lines of `input.nn`: one keyword and its values per line, `#` and `!` begin comments anywhere. */
import type { MessageCode } from '../../contracts/messages.ts';
import type { Message } from '../../contracts/quantity.ts';
import { LineReader, parseDecimal } from '../line-reader.ts';
import { quoted, SourceText } from '../source-text.ts';

/** Words that mean the same keyword. */
const synonyms: Readonly<Record<string, string>> = {
  symfunction: 'symfunction_short',
  nnp_generation: 'nnp_type', nnp_gen: 'nnp_type', nnp_type_gen: 'nnp_type',
  short_energy_fraction: 'energy_fraction', short_force_fraction: 'force_fraction',
  short_energy_error_threshold: 'rmse_threshold_energy', short_force_error_threshold: 'rmse_threshold_force',
};

/** Keywords that may stand on several lines. */
const repeatable: ReadonlySet<string> = new Set([
  'symfunction_short', 'atom_energy', 'element_nodes_short', 'element_hidden_layers_short', 'element_activation_short', 'element_nodes_electrostatic',
  'element_hidden_layers_electrostatic', 'element_activation_electrostatic', 'fixed_gausswidth', 'initial_hardness',
]);

/** What evaluates a potential of the second generation. */
const evaluated: readonly string[] = [
  'number_of_elements', 'elements', 'atom_energy', 'cutoff_type', 'symfunction_short', 'scale_symmetry_functions', 'center_symmetry_functions',
  'scale_symmetry_functions_sigma', 'scale_min_short', 'scale_max_short', 'global_hidden_layers_short', 'global_nodes_short', 'global_activation_short',
  'element_hidden_layers_short', 'element_nodes_short', 'element_activation_short', 'normalize_nodes', 'mean_energy', 'conv_energy', 'conv_length', 'conv_charge', 'nnp_type',
];

/** What the charges of the fourth generation need beside. */
const equilibrated: readonly string[] = [
  'global_hidden_layers_electrostatic', 'global_nodes_electrostatic', 'global_activation_electrostatic', 'element_hidden_layers_electrostatic',
  'element_nodes_electrostatic', 'element_activation_electrostatic', 'fixed_gausswidth', 'screen_electrostatics', 'four_pi_epsilon',
];

/** What n2p2 knows beside: truncation of its Ewald sums, data sets and training. */
const others: readonly string[] = `
initial_hardness ewald_truncation_error_method ewald_prec
use_short_forces use_electrostatics random_seed test_fraction epochs updater_type parallel_mode jacobian_mode update_strategy selection_mode selection_mode_energy
selection_mode_force selection_mode_charge task_batch_size_energy task_batch_size_force task_batch_size_charge energy_fraction force_fraction charge_fraction
force_energy_ratio rmse_threshold rmse_threshold_energy rmse_threshold_force rmse_threshold_charge rmse_threshold_trials rmse_threshold_trials_energy
rmse_threshold_trials_force rmse_threshold_trials_charge force_weight weights_min weights_max weightse_min weightse_max nguyen_widrow_weights_short
nguyen_widrow_weights_charge nguyen_widrow_weights_electrostatic precondition_weights precondition_weights_short use_old_weights_short use_old_weights_charge
use_old_weights_electrostatic memorize_symfunc_results save_kalman_matrices restart_kalman repeated_energy_update normalize_data_set main_error_metric
main_error_metric_energy main_error_metric_force main_error_metric_charge write_trainpoints write_trainforces write_traincharges write_weights_epoch write_neuronstats
write_trainlog write_symfunctions kalman_type kalman_epsilon kalman_q0 kalman_qtau kalman_qmin kalman_eta kalman_etatau kalman_etamax kalman_nue_short
kalman_lambda_short kalman_nue_charge kalman_lambda_charge gradient_type gradient_eta gradient_adam_eta gradient_adam_beta1 gradient_adam_beta2 gradient_adam_epsilon
bond_threshold energy_threshold remove_atom_energies analyze_error analyze_composition print_mad number_of_structures
`.trim().split(/\s+/);

const known: ReadonlySet<string> = new Set([...evaluated, ...equilibrated, ...others]);

/** One line of `input.nn`. Words are counted from the keyword's first value. */
export interface KeywordLine {
  readonly keyword: string;
  readonly values: readonly string[];
  /** Offset of the keyword, then of every value, then of the end of the line. */
  readonly offsets: readonly number[];
}

export class KeywordFile {
  readonly source: SourceText;
  /** In the order of the file, synonyms replaced. */
  readonly lines: readonly KeywordLine[];
  /** Comments with their sign taken away. */
  readonly comments: readonly string[];

  constructor(source: SourceText) {
    const comments: string[] = [];
    // Comments become blanks of the same length, so that offsets stay those of the file.
    const bare = source.text.replace(/[#!][^\n]*/g, (comment) => {
      comments.push(comment.replace(/^[#!\s]+/, ''));
      return ' '.repeat(comment.length);
    });
    this.source = new SourceText(source.file, bare);
    this.comments = comments;
    const reader = new LineReader(this.source);
    const lines: KeywordLine[] = [];
    while (reader.next()) {
      if (reader.count === 0) continue;
      const words = Array.from({ length: reader.count }, (_, i) => reader.word(i));
      const offsets = [...words.map((_, i) => reader.offset(i)), reader.lineEnd];
      const word = words[0]!;
      const keyword = Object.hasOwn(synonyms, word) ? synonyms[word]! : word;
      const earlier = known.has(keyword) && !repeatable.has(keyword) ? lines.find((line) => line.keyword === keyword) : undefined;
      if (earlier) this.source.refuse('n2p2.keywordTwice', offsets[0]!, { keyword: word, first: this.source.position(earlier.offsets[0]!).line });
      lines.push({ keyword, values: words.slice(1), offsets });
    }
    this.lines = lines;
  }

  all(keyword: string): KeywordLine[] {
    return this.lines.filter((line) => line.keyword === keyword);
  }

  find(keyword: string): KeywordLine | undefined {
    return this.lines.find((line) => line.keyword === keyword);
  }

  /** The line must exist: `purpose` says what it is for. */
  need(keyword: string, purpose: string): KeywordLine {
    const line = this.find(keyword);
    return line ?? this.source.refuse('n2p2.keywordMissing', this.source.text.length, { keyword, purpose });
  }

  has(keyword: string): boolean {
    return this.find(keyword) !== undefined;
  }

  /** Keywords of no program that we know, in the order of the file. */
  unknown(): string[] {
    return [...new Set(this.lines.map(({ keyword }) => keyword).filter((keyword) => !known.has(keyword)))];
  }

  /** Lines that do not take part in an evaluation of this generation: training, analysis, unknown ones. */
  unevaluated(generation: 2 | 4): KeywordLine[] {
    return this.lines.filter(({ keyword }) => !evaluated.includes(keyword) && !(generation === 4 && equilibrated.includes(keyword)));
  }

  /** Value `index` as a finite number; `expected` names it. */
  number(line: KeywordLine, index: number, expected: string): number {
    const text = line.values[index];
    if (text === undefined) this.refuse('files.missingValue', line, index, { expected });
    const value = parseDecimal(text);
    if (value === undefined) this.refuse('files.notANumber', line, index, { expected });
    if (!Number.isFinite(value)) this.refuse('files.numberRange', line, index, { expected });
    return value;
  }

  /** Value `index` as a whole number from `least` to `most`. */
  whole(line: KeywordLine, index: number, expected: string, least: number, most: number): number {
    const value = this.number(line, index, expected);
    return Number.isInteger(value) && value >= least && value <= most ? value : this.refuse('n2p2.value', line, index, { expected: `${expected}, a whole number from ${least} to ${most}` });
  }

  refuse(code: MessageCode, line: KeywordLine, value: number, values: Message['values'] = {}): never {
    return this.source.refuse(code, line.offsets[Math.min(value + 1, line.offsets.length - 1)]!, { text: quoted(line.values[value] ?? ''), ...values });
  }
}
