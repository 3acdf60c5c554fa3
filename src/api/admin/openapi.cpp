#include "api/admin/openapi.hpp"

namespace pilotlight::api {

const std::string_view admin_openapi = R"json({
  "openapi": "3.1.0",
  "info": {
    "title": "Pilotlight administration",
    "version": "1",
    "description": "API keys of a Pilotlight server. Every path but /admin/v1/openapi.json takes a key of the role all."
  },
  "security": [{"bearer": []}, {"query": []}],
  "paths": {
    "/admin/v1/keys": {
      "get": {
        "operationId": "listKeys",
        "summary": "All keys, the first key first, then in order of creation",
        "responses": {
          "200": {
            "description": "The keys",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": ["keys"],
                  "additionalProperties": false,
                  "properties": {"keys": {"type": "array", "maxItems": 10000, "items": {"$ref": "#/components/schemas/Key"}}}
                }
              }
            }
          },
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "403": {"$ref": "#/components/responses/Forbidden"}
        }
      },
      "post": {
        "operationId": "createKey",
        "summary": "Makes a key; the response is the only one that shows it",
        "requestBody": {
          "required": true,
          "content": {"application/json": {"schema": {"$ref": "#/components/schemas/NewKey"}}}
        },
        "responses": {
          "201": {
            "description": "The key, which is accepted from now on",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/MadeKey"}}}
          },
          "400": {"$ref": "#/components/responses/Refused"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "403": {"$ref": "#/components/responses/Forbidden"},
          "409": {"$ref": "#/components/responses/Refused"},
          "413": {"$ref": "#/components/responses/Refused"}
        }
      }
    },
    "/admin/v1/keys/{id}": {
      "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
      "get": {
        "operationId": "getKey",
        "summary": "One key",
        "responses": {
          "200": {"description": "The key", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Key"}}}},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "403": {"$ref": "#/components/responses/Forbidden"},
          "404": {"$ref": "#/components/responses/Refused"}
        }
      },
      "delete": {
        "operationId": "revokeKey",
        "summary": "Revokes a key for good; the first key (id first) is only replaced, at a start of the server",
        "responses": {
          "204": {"description": "The key is refused from now on"},
          "401": {"$ref": "#/components/responses/Unauthorized"},
          "403": {"$ref": "#/components/responses/Forbidden"},
          "404": {"$ref": "#/components/responses/Refused"},
          "409": {"$ref": "#/components/responses/Refused"}
        }
      }
    },
    "/admin/v1/openapi.json": {
      "get": {
        "operationId": "describe",
        "summary": "This description",
        "security": [],
        "responses": {"200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}}
      }
    }
  },
  "components": {
    "securitySchemes": {
      "bearer": {"type": "http", "scheme": "bearer"},
      "query": {"type": "apiKey", "in": "query", "name": "api_key"}
    },
    "schemas": {
      "Role": {
        "enum": ["all", "jobs"],
        "description": "all: everything. jobs: the job API and the OpenAI API of the key's endpoints"
      },
      "NewKey": {
        "type": "object",
        "required": ["role"],
        "additionalProperties": false,
        "properties": {
          "role": {"$ref": "#/components/schemas/Role"},
          "name": {"type": "string", "description": "For people; at most 191 bytes, no control characters"},
          "endpoints": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {"type": "string", "pattern": "^[a-z0-9]{1,15}$"},
            "description": "Role jobs only: ids of the endpoints that the key opens. Left out: every endpoint"
          }
        }
      },
      "Key": {
        "type": "object",
        "required": ["id", "name", "role", "endpoints", "createdAt", "lastUsedAt"],
        "additionalProperties": false,
        "properties": {
          "id": {"type": "string"},
          "name": {"type": ["string", "null"]},
          "role": {"$ref": "#/components/schemas/Role"},
          "endpoints": {
            "type": ["array", "null"],
            "items": {"type": "string"},
            "description": "null: every endpoint. Deleted endpoints stay in the list"
          },
          "createdAt": {"type": ["string", "null"], "format": "date-time", "description": "null: not known"},
          "lastUsedAt": {"type": ["string", "null"], "format": "date-time", "description": "Rounded down to the hour; null: never"}
        }
      },
      "MadeKey": {
        "type": "object",
        "required": ["id", "name", "role", "endpoints", "createdAt", "lastUsedAt", "key"],
        "additionalProperties": false,
        "properties": {
          "id": {"type": "string"},
          "name": {"type": ["string", "null"]},
          "role": {"$ref": "#/components/schemas/Role"},
          "endpoints": {"type": ["array", "null"], "items": {"type": "string"}},
          "createdAt": {"type": "string", "format": "date-time"},
          "lastUsedAt": {"type": "null"},
          "key": {"type": "string", "description": "The key itself"}
        }
      },
      "Error": {"type": "object", "required": ["error"], "properties": {"error": {"type": "string"}}},
      "KeyProblem": {
        "type": "object",
        "required": ["status", "title", "detail"],
        "properties": {"status": {"type": "integer"}, "title": {"type": "string"}, "detail": {"type": "string"}}
      }
    },
    "responses": {
      "Refused": {"description": "The text says why", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}},
      "Unauthorized": {
        "description": "No key, or one that is not accepted",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyProblem"}}}
      },
      "Forbidden": {
        "description": "A key of the role jobs",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/KeyProblem"}}}
      }
    }
  }
}
)json";

}  // namespace pilotlight::api
