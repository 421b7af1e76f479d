# One image for every process: `npm run api`, `npm run worker`, `npm run migrate`, `npm run sandbox`.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /embark
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY . .
RUN npm run build:bundle

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
WORKDIR /embark
COPY --from=build --chown=root:root /embark ./
ENV WORKFLOW_BUNDLE=/embark/dist/workflow-bundle.js
USER node
CMD ["npm", "run", "api"]
