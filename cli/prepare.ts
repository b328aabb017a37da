import { type Scenario } from '../scenarios/scenario.ts';
import { type Setting, withSettings } from '../scenarios/settings.ts';
import { loadScenario } from './scenario-file.ts';
import { type GivenSettings } from './settings-options.ts';
import { type Terminal } from './terminal.ts';

/** A scenario with its settings, ready to be run. */
export interface Prepared {
  /** As a person named it. */
  readonly source: string;
  readonly scenario: Scenario;
  readonly settings: ReadonlyMap<string, string>;
  /** The file of processing models that was given besides; null if there was none. */
  readonly modelsFile: string | null;
  /** All files that have processing models of it. */
  readonly modelFiles: readonly string[];
}

/** Finds a scenario and configures it; tells what a person may not have meant. */
export async function prepare(
  source: string,
  { settings, notices, modelsFile }: GivenSettings & { readonly modelsFile: string | null },
  terminal: Terminal,
): Promise<Prepared> {
  const { scenario, placeOf, modelFiles } = await loadScenario(source);
  const configured = withSettings(scenario, settings, placeOf);
  for (const warning of [...notices, ...configured.warnings]) {
    terminal.tell(terminal.tellPaint.warning(`note: ${warning}`));
  }
  return {
    source,
    scenario: configured.scenario,
    settings: configured.settings,
    modelsFile,
    modelFiles: modelsFile === null ? modelFiles : [...modelFiles, modelsFile],
  };
}

/** Settings that a token has: nothing in it comes from an application's own file. */
export function settingsOf(token: string, settings: ReadonlyMap<string, string>): GivenSettings {
  const list = [...settings].map(([name, value]): Setting => {
    return { name, value, place: token, isFromFile: false };
  });
  return { settings: list, notices: [] };
}
