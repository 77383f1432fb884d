// Nest 12 is ESM only. A CommonJS package that requires it fails inside Jest's module registry ("Cannot require()
// ES Module … in a cycle") unless these three are already loaded as ES modules.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
