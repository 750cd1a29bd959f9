/**
 * Words that the rules of admission look for, as data. All in lower case; an entry is matched as a
 * whole word or phrase, its own spaces as any white space.
 */

/** Words that say nothing about what a task is about. */
export const EMPTY_WORDS: ReadonlySet<string> = new Set(
  `a an and any all also are as at be been better bit bug bugs by can change changes clean cleanup
  cleaner code codebase could do does done enhance error errors everything fast faster feature
  features few fix fixes for from general get good great had has have i if improve improved
  improvement improvements in into is issue issues it its just like little look lot make makes
  making more much my needs new nice nicer of on or optimise optimize our overall performance
  please polish possible problem problems project quality quicker refactor repo repository
  robust shiny should simple simpler so software some something somehow stuff such task than that
  the their them there these they thing things this those tidy to too up update us use used user
  users very want was way we well what when where which will with work working works would you
  your`.split(/\s+/),
);

/** Phrases that ask for an open end: with nothing to hold on to, no one can tell when it is done. */
export const OPEN_ENDED = [
  "improve",
  "improvements",
  "better",
  "nicer",
  "cleaner",
  "clean up",
  "cleanup",
  "tidy",
  "polish",
  "optimise",
  "optimize",
  "enhance",
  "refactor",
  "modernise",
  "modernize",
  "faster",
  "more robust",
] as const;

/** Nouns that make a verb before or after them part of the code's own words, not of its effects. */
export const CODE_NOUNS =
  `component components script scripts job jobs function functions method methods command commands
  button buttons endpoint endpoints handler handlers workflow workflows config configuration docs
  documentation readme guide step steps flag flags option options hook hooks test tests error errors
  helper helpers class module type types event events message messages target targets key keys
  directory folder page form dialog code api client template templates name url path variable
  constant field fields column stage action queue stack array list map set channel topic bus
  buffer cache state store item items element elements entry entries value values node nodes
  parameter argument notification callback observer subscriber subscribers signal import imports
  file files line lines comment comments branch-name state-machine process plugin
  response request stream socket observable`
    .trim()
    .split(/\s+/);

/** Subjects of a relative clause or purpose: what follows is what code does, not what we do. */
export const CODE_CLAUSE = [
  "that",
  "which",
  "to",
  "can",
  "could",
  "should",
  "would",
  "must",
  "may",
];

/** Effects outside the repository that no revert takes back: base form, and what it acts on. */
export const IRREVERSIBLE: readonly { verb: string; object: string | null; what: string }[] = [
  {
    verb: "deploy|redeploy|roll out|ship",
    object:
      "(?:it|this|everything|all|latest|new|changes?|app|apps|application|applications|site|website|service|services|server|stack|release|version|build|result|branch|production|prod|staging|live|vercel|netlify|railway|heroku|fly|aws|gcp|azure|kubernetes|cluster|cloud|customers|users|backend|frontend|dashboard)",
    what: "deploys",
  },
  {
    verb: "publish|republish|release",
    object:
      "(?:it|this|package|packages|library|crate|gem|image|release|version|v?\\d[\\d.]*|npm|pypi|registry|docker hub|app store|site|website|blog|post|article|newsletter|extension|results? online)",
    what: "publishes",
  },
  {
    verb: "push|force-push|force push",
    object:
      "(?:it|this|everything|origin|upstream|remote|main|master|production|github|gitlab|registry|docker hub|branch|branches|commits?|tags?|images?|changes?)",
    what: "pushes to a remote",
  },
  {
    verb: "delete|drop|wipe|purge|erase|truncate|destroy|clear",
    object:
      "(?:databases?|tables?|buckets?|backups?|volumes?|production data|customer data|user data|user accounts?|customer accounts?|accounts?|all data|customers?|customer records|user records|records|clusters?|snapshots?|s3|prod|production)",
    what: "deletes data",
  },
  {
    verb: "send|post|mail|tweet|text",
    object:
      "(?:e-?mails?|mails?|newsletters?|sms|invoices?|slack|tweets?|twitter|linkedin|announcements?|press release)",
    what: "sends messages to people",
  },
  {
    verb: "email|e-mail|notify|tweet|text|message|call|contact",
    object: "(?:customers?|users?|clients?|team|subscribers|everyone|investors?|press|board)",
    what: "sends messages to people",
  },
  {
    verb: "charge|refund|bill|invoice|pay|transfer|buy|purchase|order|wire",
    object:
      "(?:customers?|cards?|users?|clients?|credit cards?|accounts?|money|funds|payments?|subscriptions?|domains?|licen[cs]es?|invoices?|suppliers?|[$€£]\\s?\\d+)",
    what: "moves money",
  },
  {
    verb: "run|apply|execute|migrate|restart|reboot|rotate|scale|switch",
    object:
      "(?:[^.;]{0,60}\\s)?(?:on|in|against|to)\\s+(?:the\\s+|our\\s+)?(?:production|prod|live (?:site|system|server|database|environment))(?!\\s+(?:builds?|mode))",
    what: "acts on production",
  },
];

/** Commands whose run has such an effect; a match begins a command of a shell line. */
export const IRREVERSIBLE_COMMANDS: readonly { command: RegExp; unless: RegExp | null }[] = [
  {
    command: /^(npm|pnpm|yarn|bun|cargo|lerna|vsce|ovsx|wasm-pack) (.* )?publish\b/,
    unless: /--dry-run/,
  },
  {
    command: /^(twine upload|gem push|docker push|poetry publish|flit publish|mvn deploy)\b/,
    unless: null,
  },
  { command: /^git (-\S+ )*(push|send-email)\b/, unless: /--dry-run|(^| )-n( |$)/ },
  {
    command:
      /^(gh|glab) (release|pr|mr|issue|workflow|repo) (create|merge|close|delete|edit|run)\b/,
    unless: null,
  },
  {
    command:
      /^(vercel|netlify|flyctl|fly|railway|heroku|firebase|wrangler|serverless|sls|cdk|eb|gcloud|az|now)\b.*\b(deploy|publish|up|destroy|promote|--prod)\b/,
    unless: /--dry-run|--help/,
  },
  { command: /^vercel( --prod)?$/, unless: null },
  { command: /^(terraform|tofu|pulumi) (apply|destroy|up|import)\b/, unless: null },
  {
    command:
      /^(kubectl|helm|oc) (apply|delete|create|replace|scale|rollout|install|upgrade|uninstall)\b/,
    unless: /--dry-run/,
  },
  {
    command: /^aws .*\b(rm|delete\S*|terminate\S*|put-\S+|sync|cp|mv)\b/,
    unless: /--dryrun|--dry-run/,
  },
  {
    command: /^(curl|http|https|wget)\b.*(-X ?|--request[ =]|--method=| )(post|put|delete|patch)\b/,
    unless: /localhost|127\.0\.0\.1|\[::1\]/,
  },
  { command: /^(mail|mailx|sendmail|mutt|swaks)\b/, unless: null },
  {
    command:
      /^(psql|mysql|sqlite3|mongosh|redis-cli)\b.*\b(drop|delete|truncate|flushall|flushdb)\b/,
    unless: null,
  },
  { command: /^(ssh|scp|rsync .*:)/, unless: null },
  { command: /^rm\b.* (\/|~|\$home)(\s|$|\*)/, unless: null },
  { command: /^(stripe|twilio) /, unless: /--help/ },
];

/** What one must have been given to do the work, as people ask for it to be used. */
export const CREDENTIALS = [
  "api keys?",
  "access keys?",
  "secret keys?",
  "private keys?",
  "access tokens?",
  "auth tokens?",
  "personal access tokens?",
  "bearer tokens?",
  "credentials",
  "service account",
  "login",
  "ssh keys?",
  "admin password",
  "root password",
  "database password",
  "production password",
  "client secret",
] as const;
