/** What a model takes of the API; a request that goes past it is refused with 400. */
export interface ModelRules {
  /** `temperature`, `top_p` and `top_k`. */
  readonly sampling: boolean;
  /** A `tool_choice` that makes it call a tool. */
  readonly forcedTools: boolean;
}

interface Version {
  readonly major: number;
  readonly minor: number;
}

/** https://platform.claude.com/docs/en/about-claude/models/migration-guide */
const FIRST_WITHOUT_SAMPLING: Version = { major: 4, minor: 7 };
/** https://platform.claude.com/docs/en/models/fable-5-1/migration-guide */
const FIRST_WITHOUT_FORCED_TOOLS: Version = { major: 5, minor: 1 };

/** `claude-opus-4-7`, `claude-3-5-sonnet-20241022`, `claude-opus-4.7`; a date is no minor version. */
const MODEL_VERSION = /claude-(?:[a-z]+-)?(\d{1,2})(?:[-.](\d{1,2}))?(?!\d)/;

/** Derived from the model's name; a name without a version is taken to support the whole API. */
export function rulesOf(model: string): ModelRules {
  const [, major, minor] = MODEL_VERSION.exec(model) ?? [];
  const version = { major: Number(major ?? 0), minor: Number(minor ?? 0) };
  return {
    sampling: isBefore(version, FIRST_WITHOUT_SAMPLING),
    forcedTools: isBefore(version, FIRST_WITHOUT_FORCED_TOOLS),
  };
}

function isBefore(version: Version, other: Version): boolean {
  return version.major < other.major || (version.major === other.major && version.minor < other.minor);
}
