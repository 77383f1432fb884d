// Rules of this house that no linter ships: what dependency-cruiser cannot see, because it is about names, not imports.

const transactionNames = new Set([
  'QueryRunner',
  'createQueryRunner',
  'startTransaction',
  'commitTransaction',
  'rollbackTransaction',
]);
const transactionSql =
  /^\s*((BEGIN|COMMIT|ROLLBACK)\s*(;|$|(WORK|TRANSACTION|TO|ISOLATION)\b)|START\s+TRANSACTION\b|(RELEASE\s+)?SAVEPOINT\b)/i;
const report = (context, node, message) => context.report({ node, message });

const noEnum = {
  create: (context) => ({
    TSEnumDeclaration: (node) =>
      report(context, node, 'Use a string union with a `satisfies Record<…>` table instead of an enum.'),
  }),
};

const envInConfig = {
  create(context) {
    const message = 'Only src/config/ reads process.env; take the value from the configuration.';
    const isProcess = (node) => node?.type === 'Identifier' && node.name === 'process';
    return {
      MemberExpression(node) {
        const isEnv = node.computed ? node.property.value === 'env' : node.property.name === 'env';
        if (isProcess(node.object) && isEnv) report(context, node, message);
      },
      VariableDeclarator(node) {
        if (isProcess(node.init) && node.id.type === 'ObjectPattern') report(context, node, message);
      },
      ImportDeclaration(node) {
        if (/^(node:)?process$/.test(node.source.value)) report(context, node, message);
      },
    };
  },
};

const transactionsInDatabase = {
  create(context) {
    const message = 'Only src/database/ opens transactions or touches a QueryRunner; use TenantTransaction.';
    return {
      Identifier(node) {
        if (transactionNames.has(node.name)) report(context, node, message);
      },
      // What src/database/ exports is named `database`: asking it is not opening one.
      CallExpression({ callee }) {
        if (callee.type !== 'MemberExpression' || callee.property.name !== 'transaction') return;
        if ((callee.object.property ?? callee.object).name !== 'database') report(context, callee, message);
      },
      Literal(node) {
        if (typeof node.value === 'string' && transactionSql.test(node.value)) report(context, node, message);
      },
      TemplateElement(node) {
        if (transactionSql.test(node.value.raw)) report(context, node, message);
      },
    };
  },
};

const noHttpException = {
  create(context) {
    const imported = new Set();
    return {
      ImportDeclaration(node) {
        if (node.source.value !== '@nestjs/common') return;
        for (const { local } of node.specifiers) if (local.name.endsWith('Exception')) imported.add(local.name);
      },
      ThrowStatement({ argument }) {
        if (argument?.type !== 'NewExpression' || !imported.has(argument.callee.name)) return;
        report(context, argument, 'Throw an AppError: it carries code, category, log level and retryability.');
      },
    };
  },
};

export default {
  meta: { name: 'holdfast' },
  rules: {
    'no-enum': noEnum,
    'env-in-config': envInConfig,
    'transactions-in-database': transactionsInDatabase,
    'no-http-exception': noHttpException,
  },
};
