// Writes what each library package exports to packages/NAME/api/*.api.md, one report an entry of its "exports".
// `--check` changes nothing and fails where a report is not what the compiled package exports. Run `tsc -b` before.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';

const root = resolve(fileURLToPath(import.meta.url), '../..');
const { values, positionals } = parseArgs({ options: { check: { type: 'boolean' } }, allowPositionals: true });
const packages = positionals.length > 0 ? positionals : ['core', 'codemirror'];
const outdated = packages.flatMap((name) => reportPackage(join(root, 'packages', name)));

for (const report of outdated) {
  console.error(values.check ? `${report} is out of date: run "npm run api" and commit it.` : `Wrote ${report}`);
}
if (values.check && outdated.length > 0) process.exitCode = 1;

/** The reports of a package that have changed, relative to the root. */
function reportPackage(folder) {
  const { name, exports } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const shortName = name.replace(/^@[^/]+\//, '');
  return Object.entries(exports)
    .filter(([, conditions]) => typeof conditions.types === 'string')
    .map(([entry, { types }]) => [`${shortName}${entry.slice(1).replaceAll('/', '-')}.api.md`, join(folder, types)])
    .filter(([reportFileName, entryPoint]) => isChangedBy(folder, reportFileName, entryPoint))
    .map(([reportFileName]) => relative(root, join(folder, 'api', reportFileName)));
}

/** Extracts one report and says whether it differs from the one that is there; writes it unless only checking. */
function isChangedBy(folder, reportFileName, entryPoint) {
  if (!existsSync(entryPoint)) throw new Error(`${relative(root, entryPoint)} is missing: run "npx tsc -b" first.`);
  const reportTempFolder = mkdtempSync(join(tmpdir(), 'api-report-'));
  try {
    const config = ExtractorConfig.prepare({
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath: entryPoint,
        compiler: { tsconfigFilePath: join(folder, 'tsconfig.json') },
        apiReport: { enabled: true, reportFolder: join(folder, 'api'), reportTempFolder, reportFileName },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        newlineKind: 'lf',
        messages: {
          extractorMessageReporting: {
            default: { logLevel: ExtractorLogLevel.Error, addToApiReportFile: false },
            // All that is exported is public; there are no release tags.
            'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
            // The report itself marks what has no comment and what an export mentions without being exported.
            'ae-undocumented': { logLevel: ExtractorLogLevel.None },
            'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          },
        },
      },
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, 'package.json'),
    });
    const { apiReportChanged, errorCount } = Extractor.invoke(config, { localBuild: !values.check, messageCallback });
    if (errorCount > 0) throw new Error(`${reportFileName}: ${errorCount} errors in the exports`);
    return apiReportChanged;
  } finally {
    rmSync(reportTempFolder, { recursive: true });
  }
}

/** Prints errors only: what was written or is out of date is said above. */
function messageCallback(message) {
  if (message.messageId.startsWith('console-')) {
    message.logLevel = ExtractorLogLevel.None;
  }
}
